@NullMarked
package io.iommuledger.query.projection;

import org.jspecify.annotations.NullMarked;
