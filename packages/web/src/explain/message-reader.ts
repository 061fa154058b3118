/** Reads whole messages, with the words by which notices are recognised: a file of its own, which follows the rules. */
export { buildMessageReader, marks } from '@whybounce/core'
