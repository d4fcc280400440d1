package io.iommuledger.db.horizon;

import java.util.UUID;

/**
 * Payloads of before it may be gone, and state is folded from there on.
 *
 * @param position what hosts had told by then is in the state that is stored
 * @param rule     under which they went
 * @param fold     version of the rules by which the state was folded
 * @param snapshot names its parts
 * @param parts    how many there are of it; what the table has besides is nobody's
 * @param event    position of the event that has their digest
 * @param sinceNanos when it came into force, since 1970
 */
public record Horizon(long position, String rule, int fold, UUID snapshot, int parts, long event, long sinceNanos) {}
