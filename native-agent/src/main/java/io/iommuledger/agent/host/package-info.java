/** What an agent does on its host: contexts, devices, mappings and resets, one instruction at a time. */
@NullMarked
package io.iommuledger.agent.host;

import org.jspecify.annotations.NullMarked;
