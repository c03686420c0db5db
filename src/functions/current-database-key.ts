/** The key among the configuration values of a statement under which CURRENT_DATABASE() is found. */
export const CURRENT_DATABASE_KEY = '$current-database';
