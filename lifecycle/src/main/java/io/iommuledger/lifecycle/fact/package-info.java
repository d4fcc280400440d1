/**
 * The only events of a host: what its agent asked of the kernel ({@link io.iommuledger.lifecycle.fact.Intent}) and what
 * the kernel answered ({@link io.iommuledger.lifecycle.fact.Answer}). STALE, ORPHANED and the like follow by the fold
 * and are never facts. Contexts, mappings and episodes stand here as the numbers that the agent gave them in its epoch.
 */
@NullMarked
package io.iommuledger.lifecycle.fact;

import org.jspecify.annotations.NullMarked;
