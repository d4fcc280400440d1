/** The bytes of facts, operations and the wire: the only place that knows protobuf on behalf of the domain. */
@NullMarked
package io.iommuledger.protocol;

import org.jspecify.annotations.NullMarked;
