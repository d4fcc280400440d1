/** Benchmarks with targets. They run the built product from outside; none of them runs as a test. */
@NullMarked
package io.iommuledger.bench;

import org.jspecify.annotations.NullMarked;
