/** What the agent records: numbered, encoded once, kept until the store has it. */
@NullMarked
package io.iommuledger.agent.recording;

import org.jspecify.annotations.NullMarked;
