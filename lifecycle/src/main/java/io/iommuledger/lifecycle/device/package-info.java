/** PCI functions and their memory windows. */
@NullMarked
package io.iommuledger.lifecycle.device;

import org.jspecify.annotations.NullMarked;
