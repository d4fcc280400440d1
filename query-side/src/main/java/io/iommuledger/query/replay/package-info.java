/** Plays a part of the log again: sessions, their controls and their frames. In the memory of this process, reading only. */
@NullMarked
package io.iommuledger.query.replay;

import org.jspecify.annotations.NullMarked;
