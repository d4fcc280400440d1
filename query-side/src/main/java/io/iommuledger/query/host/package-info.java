/** Answers about hosts. */
@NullMarked
package io.iommuledger.query.host;

import org.jspecify.annotations.NullMarked;
