/** Incident bundles: a part of the log as one file, which is played where there is no server. */
@NullMarked
package io.iommuledger.query.bundle;

import org.jspecify.annotations.NullMarked;
