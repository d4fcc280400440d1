/** Events that the projection could not take: what they are, and trying them again. */
@NullMarked
package io.iommuledger.query.deadletter;

import org.jspecify.annotations.NullMarked;
