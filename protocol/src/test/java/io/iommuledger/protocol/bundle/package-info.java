@NullMarked
package io.iommuledger.protocol.bundle;

import org.jspecify.annotations.NullMarked;
