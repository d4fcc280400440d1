/** Plays an incident bundle on a machine that has nothing else: no server and no database. */
@NullMarked
package io.iommuledger.cli.replay;

import org.jspecify.annotations.NullMarked;
