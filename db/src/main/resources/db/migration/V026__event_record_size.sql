-- A record is at most 60 KiB, with 64 bytes for its numbers and what stands between its fields. What was stored before this
-- rule is read as it is.
ALTER TABLE event ADD CONSTRAINT event_record_size CHECK (
    octet_length(payload) + octet_length(stream) + octet_length(type) + coalesce(octet_length(revision), 0) <= 61376
) NOT VALID;
