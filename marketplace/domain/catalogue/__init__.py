"""What is for sale: categories, products with their variants, and sellers' offers of them."""
