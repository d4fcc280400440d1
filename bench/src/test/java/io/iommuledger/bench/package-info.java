@NullMarked
package io.iommuledger.bench;

import org.jspecify.annotations.NullMarked;
