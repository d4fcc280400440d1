/** Lists in pages: which part of one a request wants, and where the next begins. */
@NullMarked
package io.iommuledger.query.paging;

import org.jspecify.annotations.NullMarked;
