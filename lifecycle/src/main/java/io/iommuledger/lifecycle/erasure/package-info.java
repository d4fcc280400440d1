/** Erasing the name of a principal, by two. */
@NullMarked
package io.iommuledger.lifecycle.erasure;

import org.jspecify.annotations.NullMarked;
