{
    "name": "BTI Sales",
    "summary": "Sell bricks by the piece, the pallet and the truck, up to the signature on site",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "BTI e-CRM",
    "website": "https://github.com/bti-ecrm/bti-ecrm",
    "license": "AGPL-3",
    "application": True,
    "depends": [
        "bti_crm",
        "sale_management",
        "sale_stock",
        "sale_crm",
        "stock_delivery",
        "stock_fleet",
        "account",
    ],
    "external_dependencies": {"python": ["pypdf"]},
    "data": [
        "security/bti_sales_groups.xml",
        "security/bti_sales_roles.xml",
        "security/ir.model.access.csv",
        "security/bti_sales_rules.xml",

        "data/ir_config_parameter_data.xml",
        "data/product_data.xml",

        "views/product_template_views.xml",
        "views/fleet_vehicle_category_views.xml",
        "views/sale_order_views.xml",
        "views/crm_lead_views.xml",
        "views/res_config_settings_views.xml",
        "views/sale_portal_templates.xml",

        "report/sale_report_templates.xml",
    ],
    "demo": [
        "demo/res_company_demo.xml",
        "demo/product_demo.xml",
        "demo/sale_order_demo.xml",
    ],
    "uninstall_hook": "uninstall_hook",
}
