/**
 * The agent's durable journal: records in preallocated segments, one {@code fdatasync} for everybody who waits, read back
 * from its files. It knows nothing of what its records say.
 */
@NullMarked
package io.iommuledger.agent.journal;

import org.jspecify.annotations.NullMarked;
