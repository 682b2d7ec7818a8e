/**
 * Records what a real Dovecot sends on the agent's sockets: {@code resources/dev/postern/README.md}. Stands where the
 * agent stands and answers the plainest way. Run by hand, with a new version of Dovecot or a new case.
 */
package dev.postern.recording;
