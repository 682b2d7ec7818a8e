/**
 * What {@code postern check} finds: {@link dev.postern.check.report.Finding}s, gathered in a {@link
 * dev.postern.check.report.CheckReport}.
 */
@NullMarked
package dev.postern.check.report;

import org.jspecify.annotations.NullMarked;
