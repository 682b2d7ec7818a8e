/**
 * The manual pages of {@code agent/dist/man/}, made from what they are about: the command line itself, {@code
 * CONFIGURATION.md}, and the comments at the top of the hook scripts. Kept in the repository, so that an installation
 * needs nothing to make them; {@code ManualPagesTest} fails when they are not what would be made now.
 *
 * <p>An own renderer, because picocli's ends in AsciiDoc, and what makes man pages of that is a Ruby of thirty
 * megabytes.
 */
package dev.postern.manual;
