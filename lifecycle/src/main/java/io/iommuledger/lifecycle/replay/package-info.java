/** Folds the log of several hosts step by step, there and back, and stops where something holds. Knows nothing of clocks or I/O. */
@NullMarked
package io.iommuledger.lifecycle.replay;

import org.jspecify.annotations.NullMarked;
