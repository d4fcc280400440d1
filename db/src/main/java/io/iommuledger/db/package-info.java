/** All that is PostgreSQL: migrations, the embedded server, and Axon's event store and token store on it. */
@NullMarked
package io.iommuledger.db;

import org.jspecify.annotations.NullMarked;
