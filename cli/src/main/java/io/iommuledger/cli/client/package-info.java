/** Speaks to a server's REST: requests, answers, and what goes wrong, in words. */
@NullMarked
package io.iommuledger.cli.client;

import org.jspecify.annotations.NullMarked;
