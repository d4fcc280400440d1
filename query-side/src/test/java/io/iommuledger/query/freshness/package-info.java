@NullMarked
package io.iommuledger.query.freshness;

import org.jspecify.annotations.NullMarked;
