/* A disk that fails: preloaded into a process, it counts the calls that change files below one folder, and lets the
 * n-th fail, or ends the process at it, or half-way through it; and it can write down what was done, in order.
 * Linux; built by failing_disk.py. Reading is never touched: what is read is judged by its authentication.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

enum mode { COUNT = 0, FAIL = 1, KILL = 2, TEAR = 3 };
enum kind { CREATE = 1, WRITE, TRUNCATE, SYNC, RENAME, UNLINK, MAKE, REMOVE };

static char root[PATH_MAX];
static size_t root_size;
static long at = -1, count;
static int mode, error, lasting, log_fd = -1;
static unsigned char ours[65536];

struct record { uint32_t kind, path, other, data; uint64_t ino, offset; };

void disk_plan(const char *folder, int how, long point, int number, int stays) {
    snprintf(root, sizeof root, "%s", folder);
    root_size = strlen(root);
    mode = how; at = point; error = number; lasting = stays; count = 0;
}
void disk_log(int fd) { log_fd = fd; }
long disk_count(void) { return count; }

static int below(const char *path) {
    char whole[PATH_MAX];
    if (!root_size || !path) return 0;
    if (path[0] != '/') {
        if (!getcwd(whole, sizeof whole)) return 0;
        size_t used = strlen(whole);
        snprintf(whole + used, sizeof whole - used, "/%s", path);
        path = whole;
    }
    return !strncmp(path, root, root_size) && (path[root_size] == '/' || !path[root_size]);
}
static int shared_memory(const char *path) {
    size_t size = strlen(path);
    return size > 4 && !strcmp(path + size - 4, "-shm"); /* rebuilt from the WAL: nothing hangs on it */
}
static void put(const void *data, size_t size) {
    const char *from = data;
    while (size) {
        long done = syscall(SYS_write, log_fd, from, size);
        if (done <= 0) _exit(97);
        from += done; size -= (size_t)done;
    }
}
static void note(enum kind kind, const char *path, const char *other, uint64_t ino, uint64_t offset,
                 const void *data, size_t size) {
    if (log_fd < 0) return;
    int before = errno;
    struct record head = {kind, path ? strlen(path) : 0, other ? strlen(other) : 0, size, ino, offset};
    put(&head, sizeof head);
    if (path) put(path, head.path);
    if (other) put(other, head.other);
    if (size) put(data, size);
    errno = before;
}
static uint64_t inode(int fd) {
    struct stat found;
    return fstat(fd, &found) ? 0 : found.st_ino;
}
/* Whether this call is to fail; a killed process never comes back from here. */
static int struck(int tearable) {
    long now = count++;
    if (at < 0 || now < at || (now > at && !lasting)) return 0;
    if (mode == KILL || (mode == TEAR && !tearable)) { syscall(SYS_kill, getpid(), SIGKILL); for (;;) pause(); }
    if (mode == FAIL) { errno = error; return 1; }
    return mode == TEAR ? 2 : 0;
}
static void die(void) { syscall(SYS_kill, getpid(), SIGKILL); for (;;) pause(); }

#define REAL(name) static __typeof__(name) *real; if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

static int opened(int fd, const char *path, int fresh) {
    if (fd >= 0 && fd < 65536) ours[fd] = 1;
    if (fd >= 0 && fresh) note(CREATE, path, 0, inode(fd), 0, 0, 0);
    return fd;
}
#define OPEN(name)                                                                    \
    int name(const char *path, int flags, ...) {                                      \
        REAL(name);                                                                   \
        mode_t bits = 0;                                                              \
        if (flags & (O_CREAT | O_TMPFILE)) { va_list more; va_start(more, flags); bits = va_arg(more, mode_t); va_end(more); } \
        if (!below(path) || shared_memory(path)) return real(path, flags, bits);      \
        int changes = flags & (O_WRONLY | O_RDWR), fresh = 0;                         \
        if ((flags & O_CREAT) && syscall(SYS_access, path, F_OK) != 0) fresh = 1;     \
        if ((fresh || (flags & O_TRUNC)) && struck(0)) return -1;                     \
        int fd = real(path, flags, bits);                                             \
        if (!changes) return fd;                                                      \
        opened(fd, path, fresh);                                                      \
        if (fd >= 0 && !fresh && (flags & O_TRUNC)) note(TRUNCATE, 0, 0, inode(fd), 0, 0, 0); \
        return fd;                                                                    \
    }
OPEN(open)
OPEN(open64)

int close(int fd) {
    REAL(close);
    if (fd >= 0 && fd < 65536) ours[fd] = 0;
    return real(fd);
}
static int mine(int fd) { return fd >= 0 && fd < 65536 && ours[fd]; }

ssize_t write(int fd, const void *data, size_t size) {
    REAL(write);
    if (!mine(fd)) return real(fd, data, size);
    int how = struck(1);
    if (how == 1) return -1;
    off_t place = lseek(fd, 0, SEEK_CUR);
    if (how == 2) { real(fd, data, size / 2); die(); }
    ssize_t done = real(fd, data, size);
    if (done > 0) note(WRITE, 0, 0, inode(fd), (uint64_t)place, data, (size_t)done);
    return done;
}
#define PWRITE(name, offset_t)                                                         \
    ssize_t name(int fd, const void *data, size_t size, offset_t place) {              \
        REAL(name);                                                                    \
        if (!mine(fd)) return real(fd, data, size, place);                             \
        int how = struck(1);                                                           \
        if (how == 1) return -1;                                                       \
        if (how == 2) { real(fd, data, size / 2, place); die(); }                      \
        ssize_t done = real(fd, data, size, place);                                    \
        if (done > 0) note(WRITE, 0, 0, inode(fd), (uint64_t)place, data, (size_t)done); \
        return done;                                                                   \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define TRUNC(name, offset_t)                                                          \
    int name(int fd, offset_t size) {                                                  \
        REAL(name);                                                                    \
        if (!mine(fd)) return real(fd, size);                                          \
        if (struck(0)) return -1;                                                      \
        int done = real(fd, size);                                                     \
        if (!done) note(TRUNCATE, 0, 0, inode(fd), (uint64_t)size, 0, 0);              \
        return done;                                                                   \
    }
TRUNC(ftruncate, off_t)
TRUNC(ftruncate64, off64_t)

static int folder_of_ours(int fd, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, PATH_MAX - 1);
    if (size <= 0) return 0;
    path[size] = 0;
    struct stat found;
    return below(path) && !fstat(fd, &found) && S_ISDIR(found.st_mode);
}
#define SYNCED(name)                                                                   \
    int name(int fd) {                                                                 \
        REAL(name);                                                                    \
        char path[PATH_MAX];                                                           \
        int file = mine(fd), folder = !file && root_size && folder_of_ours(fd, path);  \
        if (!file && !folder) return real(fd);                                         \
        if (struck(0)) return -1;                                                      \
        int done = real(fd);                                                           \
        if (!done) note(SYNC, folder ? path : 0, 0, file ? inode(fd) : 0, 0, 0, 0);    \
        return done;                                                                   \
    }
SYNCED(fsync)
SYNCED(fdatasync)

int rename(const char *from, const char *to) {
    REAL(rename);
    if (!below(from) && !below(to)) return real(from, to);
    if (struck(0)) return -1;
    int done = real(from, to);
    if (!done) note(RENAME, from, to, 0, 0, 0, 0);
    return done;
}
#define PATHED(name, kind)                                                             \
    int name(const char *path) {                                                       \
        REAL(name);                                                                    \
        if (!below(path) || shared_memory(path)) return real(path);                    \
        if (struck(0)) return -1;                                                      \
        int done = real(path);                                                         \
        if (!done) note(kind, path, 0, 0, 0, 0, 0);                                    \
        return done;                                                                   \
    }
PATHED(unlink, UNLINK)
PATHED(rmdir, REMOVE)

int mkdir(const char *path, mode_t bits) {
    REAL(mkdir);
    if (!below(path)) return real(path, bits);
    if (struck(0)) return -1;
    int done = real(path, bits);
    if (!done) note(MAKE, path, 0, 0, 0, 0, 0);
    return done;
}
int unlinkat(int folder, const char *path, int flags) {
    REAL(unlinkat);
    char whole[PATH_MAX * 2];
    if (folder == AT_FDCWD || path[0] == '/') snprintf(whole, sizeof whole, "%s", path);
    else if (folder_of_ours(folder, whole)) { strcat(whole, "/"); strcat(whole, path); }
    else return real(folder, path, flags);
    if (!below(whole) || shared_memory(whole)) return real(folder, path, flags);
    if (struck(0)) return -1;
    int done = real(folder, path, flags);
    if (!done) note(flags & AT_REMOVEDIR ? REMOVE : UNLINK, whole, 0, 0, 0, 0, 0);
    return done;
}
