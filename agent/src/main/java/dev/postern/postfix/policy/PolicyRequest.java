package dev.postern.postfix.policy;

/**
 * One question: those attributes of it that matter here. All of them are the peer's words, empty when it sent none.
 *
 * @param state {@code RCPT}, {@code END-OF-MESSAGE} or another one
 * @param nullSender whether it is a bounce or a server's probe for the recipient: {@code MAIL FROM:<>}
 * @param recipient at RCPT as it was typed; at END-OF-MESSAGE empty unless there is exactly one
 * @param recipientCount at END-OF-MESSAGE, how many have been accepted
 * @param size in bytes: at RCPT as declared, 0 when it was not; at END-OF-MESSAGE the real one
 * @param instance the same for every question about one message
 * @param queueId at RCPT empty until a recipient has been accepted, save with
 *     {@code smtpd_delay_open_until_valid_rcpt = no}
 */
record PolicyRequest(
        String context,
        String state,
        String clientAddress,
        boolean nullSender,
        String recipient,
        long recipientCount,
        long size,
        String instance,
        String queueId) {

    /** A question that is none. */
    static final PolicyRequest NONE = new PolicyRequest("", "", "", false, "", 0, 0, "", "");
}
