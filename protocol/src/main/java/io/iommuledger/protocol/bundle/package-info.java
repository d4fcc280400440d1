/** Incident bundles: part of the log in one file, with all that it takes to play it again. docs/bundles.md has the form. */
@NullMarked
package io.iommuledger.protocol.bundle;

import org.jspecify.annotations.NullMarked;
