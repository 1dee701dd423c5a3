/**
 * The processes of the host, fed by records in order. A process is named by its pid and its start, so that a pid used again is
 * another process. What ended stays for its children and for a while.
 */
