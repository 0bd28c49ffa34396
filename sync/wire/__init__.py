"""Messages <-> bytes, strictly: canonical CBOR, runs and rows as columns, the whole compressed.

A body that is not exactly what a `Codec` would write is a `Fault("sync.malformed", field=...)` or
`Fault("sync.too_large")`. Signatures cover `signed_part`, which is the same for any compression.
"""

from sync.wire.codec import (
    Codec,
    Message,
    decode_fault,
    encode_fault,
    envelope_fields,
    purpose,
    read_envelope,
    signed_part,
)
from sync.wire.messages import PART_LIMIT, ROW_LIMIT, RUN_LIMIT, XML_LIMIT
from sync.wire.pack import PACKED_LIMIT, PLAIN_LIMIT, Packing

__all__ = [
    "PACKED_LIMIT",
    "PART_LIMIT",
    "PLAIN_LIMIT",
    "ROW_LIMIT",
    "RUN_LIMIT",
    "XML_LIMIT",
    "Codec",
    "Message",
    "Packing",
    "decode_fault",
    "encode_fault",
    "envelope_fields",
    "purpose",
    "read_envelope",
    "signed_part",
]
