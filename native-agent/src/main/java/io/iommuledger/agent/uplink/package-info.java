/** The stream to the command side: facts up, instructions down. */
@NullMarked
package io.iommuledger.agent.uplink;

import org.jspecify.annotations.NullMarked;
