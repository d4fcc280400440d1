@NullMarked
package io.iommuledger.cli.replay;

import org.jspecify.annotations.NullMarked;
