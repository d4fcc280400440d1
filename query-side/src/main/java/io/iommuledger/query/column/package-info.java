/** Values that PostgreSQL has no type for, both ways. */
@NullMarked
package io.iommuledger.query.column;

import org.jspecify.annotations.NullMarked;
