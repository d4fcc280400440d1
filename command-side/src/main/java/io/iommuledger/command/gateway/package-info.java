/** The agents' end of the wire: sessions, ingest, instructions. */
@NullMarked
package io.iommuledger.command.gateway;

import org.jspecify.annotations.NullMarked;
