@org.jspecify.annotations.NullMarked
package io.iommuledger.web;
