/** Something to see on a simulated host: a little virtual life of its devices. */
@NullMarked
package io.iommuledger.agent.workload;

import org.jspecify.annotations.NullMarked;
