-- Persons of whom this hub was ordered to erase everything; bytes_gone 0 while records that name them have still to be
-- handed on to the hub above, or came after the order.
CREATE TABLE erasing (
    uuid TEXT NOT NULL PRIMARY KEY,
    household TEXT NOT NULL,
    bytes_gone INTEGER NOT NULL
) STRICT;
