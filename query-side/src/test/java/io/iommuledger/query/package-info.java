@NullMarked
package io.iommuledger.query;

import org.jspecify.annotations.NullMarked;
