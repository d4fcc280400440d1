/** Tests of replays' own classes. */
@NullMarked
package io.iommuledger.query.replay;

import org.jspecify.annotations.NullMarked;
