/** What the agent records: numbered, encoded once, durable before it acts, kept until the store has it. */
@NullMarked
package io.iommuledger.agent.recording;

import org.jspecify.annotations.NullMarked;
