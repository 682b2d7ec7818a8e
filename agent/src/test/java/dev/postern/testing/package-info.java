/**
 * The other programs, for the tests: each a real one in a temporary directory, stopped whatever becomes of the test.
 */
package dev.postern.testing;
