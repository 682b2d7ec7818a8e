/**
 * Files that may block the thread that touches them: each kind of disk has a thread of its own, so that one that hangs
 * stops nothing else, and only regular files are opened where something else would never answer.
 */
@NullMarked
package dev.postern.files;

import org.jspecify.annotations.NullMarked;
