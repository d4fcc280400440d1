/** The agent: root on a host, with the kernel on one side and the command side on the other. */
@NullMarked
package io.iommuledger.agent;

import org.jspecify.annotations.NullMarked;
