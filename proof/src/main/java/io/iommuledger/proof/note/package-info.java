/** Signed notes and checkpoints, as C2SP's signed-note, tlog-checkpoint and tlog-cosignature write them. */
@NullMarked
package io.iommuledger.proof.note;

import org.jspecify.annotations.NullMarked;
