int canteen_cv_placeholder;
