/** What {@code postern check} finds: {@link dev.postern.doctor.report.Finding}s, gathered in a {@link dev.postern.doctor.report.Report}. */
@NullMarked
package dev.postern.doctor.report;

import org.jspecify.annotations.NullMarked;
