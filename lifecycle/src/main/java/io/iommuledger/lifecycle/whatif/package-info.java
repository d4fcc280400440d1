/**
 * The same events under other policies: the one fold, over the facts that would have been the same, with the calls that an
 * agent under these policies makes and without those that it does not make. All of it is inferred.
 */
@NullMarked
package io.iommuledger.lifecycle.whatif;

import org.jspecify.annotations.NullMarked;
