/** Tests of playing a part of the log again. */
@NullMarked
package io.iommuledger.lifecycle.replay;

import org.jspecify.annotations.NullMarked;
