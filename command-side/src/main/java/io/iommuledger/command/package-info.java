/** The command side: REST commands in, operations and instructions out, facts of agents into the store. */
@NullMarked
package io.iommuledger.command;

import org.jspecify.annotations.NullMarked;
