/** How requests are read and how the parts of answers look. */
@NullMarked
package io.iommuledger.query.form;

import org.jspecify.annotations.NullMarked;
